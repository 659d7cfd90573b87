import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { MODEL_FILES, modelOf } from '../../wire/models';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

describe.each(Object.keys(MODEL_FILES))('the model of %s', (service) => {
  it('has every operation of ours, and whole ones of ours alone: `trim.ts` writes it anew', () => {
    const ours = Object.keys(sandbox.service(service).operations).sort();
    expect([...modelOf(service)!.operations.keys()].sort()).toEqual(ours);
  });

  it('says where it comes from', () => {
    expect(modelOf(service)!.source).toMatch(/^botocore \d+\.\d+\.\d+$/);
  });

  it('has patterns that are regular expressions here too', () => {
    for (const shape of modelOf(service)!.allShapes()) expect(() => shape.pattern).not.toThrow();
  });
});
