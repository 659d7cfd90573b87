import { MODEL_FILES, modelOf } from '../../wire/models';
import { useOneSandbox } from '../use-sandbox';

const sandbox = useOneSandbox();

const written = (service: string) => require(`../../models/${MODEL_FILES[service]}.json`);

describe.each(Object.keys(MODEL_FILES))('the model of %s', (service) => {
  it('has all of our operations, and only ours completely: `trim.ts` writes it anew', () => {
    const ours = Object.keys(sandbox.service(service).operations).sort();
    expect([...modelOf(service)!.operations.keys()].sort()).toEqual(ours);
  });

  it('names its origin', () => {
    expect(written(service).source).toMatch(/^botocore \d+\.\d+\.\d+$/);
  });

  it('has patterns that are valid regular expressions here too', () => {
    for (const name of Object.keys(written(service).shapes))
      expect(() => modelOf(service)!.shape(name).pattern).not.toThrow();
  });
});
