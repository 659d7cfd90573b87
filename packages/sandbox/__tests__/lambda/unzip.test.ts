import { strToU8, type Zippable, zipSync } from 'fflate';
import { unzip } from '../../lambda/unzip';

const TEXT = 'exports.handler = async () => {};\n'.repeat(100);
const filesOf = (zip: Uint8Array) =>
  Object.fromEntries([...unzip(zip)].map(([name, content]) => [name, Buffer.from(content).toString()]));

describe('the files of a zip', () => {
  const FILES: Zippable = {
    'index.js': strToU8(TEXT),
    'stored.txt': [strToU8('as it is'), { level: 0 }],
    'empty.txt': new Uint8Array(),
    lib: { 'deep.js': strToU8('deep') },
  };

  it('are there whether deflated, stored or empty', () => {
    expect(filesOf(zipSync(FILES))).toEqual({
      'index.js': TEXT,
      'stored.txt': 'as it is',
      'empty.txt': '',
      'lib/': '',
      'lib/deep.js': 'deep',
    });
  });

  const zip = zipSync({ 'index.js': strToU8(TEXT) });
  /** Of the zip's directory: where the file's size is. */
  const sizeAt = Buffer.from(zip).indexOf('PK\x01\x02') + 24;
  const changed = (change: (zip: Buffer) => void): Uint8Array => {
    const copy = Buffer.from(zip);
    change(copy);
    return copy;
  };

  it.each([
    ['text', Buffer.from('text')],
    ['nothing', new Uint8Array()],
    ['a zip that was cut off', zip.subarray(0, -30)],
    ['a zip whose data is broken', changed((copy) => copy.fill(0xff, 38, 60))],
    ['a file that is longer than was said', changed((copy) => copy.writeUInt32LE(10, sizeAt))],
    ['a file that is shorter than was said', changed((copy) => copy.writeUInt32LE(1e6, sizeAt))],
  ])('fails with %s', (_, bytes) => {
    expect(() => unzip(bytes)).toThrow();
  });
});
