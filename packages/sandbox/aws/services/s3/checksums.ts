import { createHash } from 'node:crypto';
import { AwsError } from '../../service';

interface Checksum {
  /** Header or trailer on the wire. */
  readonly header: string;
  readonly bytes: number;
  /** Absent where it is kept as it was sent. */
  readonly of?: (body: Buffer) => string;
}

/** By their members in the SDK's shapes. */
const CHECKSUMS: Readonly<Record<string, Checksum>> = {
  ChecksumCRC32: { header: 'x-amz-checksum-crc32', bytes: 4, of: crc32 },
  ChecksumCRC32C: { header: 'x-amz-checksum-crc32c', bytes: 4 },
  ChecksumCRC64NVME: { header: 'x-amz-checksum-crc64nvme', bytes: 8 },
  ChecksumSHA1: { header: 'x-amz-checksum-sha1', bytes: 20, of: (body) => digestOf('sha1', body) },
  ChecksumSHA256: { header: 'x-amz-checksum-sha256', bytes: 32, of: (body) => digestOf('sha256', body) },
};

const digestOf = (algorithm: string, body: Buffer): string =>
  createHash(algorithm).update(body).digest('base64');

/** Base64 of so many bytes. */
const isDigest = (text: string, bytes: number): boolean => {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
};

/** The checksums that a Put carried, checked. @throws BadDigest, InvalidDigest, InvalidRequest */
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
  return checksums;
}

const CRC32_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let remainder = index;
  for (let bit = 0; bit < 8; bit++)
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/** CRC-32 (IEEE 802.3), base64 of its four bytes. `zlib.crc32` is not in every Node 20. */
export function crc32(body: Buffer): string {
  let crc = 0xffffffff;
  for (const byte of body) crc = (crc >>> 8) ^ CRC32_TABLE[(crc ^ byte) & 0xff]!;
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return digest.toString('base64');
}
