import { createReadStream } from 'node:fs';

/** Size of the largest file that is read, in bytes. No list and no key is as large, but a device may never end. */
export const MAX_FILE_BYTES = 16 * 2 ** 20;

/**
 * Reads a file.
 * @throws as `fs.readFile` does, and with the code `EFBIG` if the file is larger than `MAX_FILE_BYTES`
 */
export async function readWhole(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // `end` is the last byte that is read, so one byte too many can arrive.
  for await (const chunk of createReadStream(path, { end: MAX_FILE_BYTES })) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (bytes.length > MAX_FILE_BYTES)
    throw Object.assign(new Error(`EFBIG: file too large, read '${path}'`), { code: 'EFBIG' });
  return bytes;
}
