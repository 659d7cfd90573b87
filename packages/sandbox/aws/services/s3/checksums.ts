import { createHash } from 'node:crypto';
import crc32 from 'buffer-crc32';
import { AwsError } from '../../../contract/service';

interface Checksum {
  /** Name of the header or trailer on the wire. */
  readonly header: string;
  readonly bytes: number;
  /** Absent if the value is kept as it was sent. */
  readonly of?: (body: Buffer) => string;
}

/** Checksums by their members in the SDK's shapes. */
const CHECKSUMS: Readonly<Record<string, Checksum>> = {
  ChecksumCRC32: { header: 'x-amz-checksum-crc32', bytes: 4, of: (body) => crc32(body).toString('base64') },
  ChecksumCRC32C: { header: 'x-amz-checksum-crc32c', bytes: 4 },
  ChecksumCRC64NVME: { header: 'x-amz-checksum-crc64nvme', bytes: 8 },
  ChecksumSHA1: { header: 'x-amz-checksum-sha1', bytes: 20, of: (body) => digestOf('sha1', body) },
  ChecksumSHA256: { header: 'x-amz-checksum-sha256', bytes: 32, of: (body) => digestOf('sha256', body) },
};

const digestOf = (algorithm: string, body: Buffer): string =>
  createHash(algorithm).update(body).digest('base64');

/** Returns whether a text is the base64 encoding of that many bytes. */
const isDigest = (text: string, bytes: number): boolean => {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
};

/** Checks the checksums that a Put carries, and returns them. @throws BadDigest, InvalidDigest, InvalidRequest */
export function checkedChecksums(input: Record<string, any>, body: Buffer): Record<string, string> {
  const { ContentMD5 } = input;
  if (ContentMD5 !== undefined && !isDigest(ContentMD5, 16))
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.', 400, {
      'Content-MD5': ContentMD5,
    });
  if (ContentMD5 !== undefined && ContentMD5 !== digestOf('md5', body))
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  const checksums: Record<string, string> = {};
  for (const [member, { header, bytes, of }] of Object.entries(CHECKSUMS)) {
    const given = input[member];
    if (given === undefined) continue;
    const name = member.replace('Checksum', '');
    if (!isDigest(given, bytes))
      throw new AwsError('InvalidRequest', `Value for ${header} header is invalid.`);
    if (of && of(body) !== given)
      throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
    checksums[member] = given;
  }
  return Object.keys(checksums).length > 0 ? { ...checksums, ChecksumType: 'FULL_OBJECT' } : checksums;
}
