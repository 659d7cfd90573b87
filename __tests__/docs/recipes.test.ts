import { Testing } from 'cdktf';
import { recipes } from '../../docs/examples/recipes';

test('the recipes synthesize', () => {
  const app = Testing.app();
  recipes(app);
  expect(() => app.synth()).not.toThrow();
});
