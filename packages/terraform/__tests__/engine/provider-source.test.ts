import os from 'node:os';
import { NoProviderError, readProviderFile } from '../../engine/provider-source';

test.each([
  ['no program is there', 'nothing-here'],
  ['a folder is there', os.tmpdir()],
])('refuses a provider if %s, in one sentence', (_what, text) => {
  expect(() => readProviderFile(text)).toThrow(NoProviderError);
  expect(() => readProviderFile(text)).toThrow(
    /^--provider .*: not the program of an aws provider\. Pass [^\n]*\.$/,
  );
});
