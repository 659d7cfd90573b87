import { createHash } from 'node:crypto';
import { AwsError } from '../../service';

/** Checksum member of the SDK's shapes → header or trailer on the wire. */
export const CHECKSUM_HEADERS: Readonly<Record<string, string>> = {
  ChecksumCRC32: 'x-amz-checksum-crc32',
  ChecksumCRC32C: 'x-amz-checksum-crc32c',
  ChecksumCRC64NVME: 'x-amz-checksum-crc64nvme',
  ChecksumSHA1: 'x-amz-checksum-sha1',
  ChecksumSHA256: 'x-amz-checksum-sha256',
};

const BYTES: Readonly<Record<string, number>> = {
  ChecksumCRC32: 4,
  ChecksumCRC32C: 4,
  ChecksumCRC64NVME: 8,
  ChecksumSHA1: 20,
  ChecksumSHA256: 32,
};

/** Base64 of so many bytes. */
const isDigest = (text: string, bytes: number): boolean => {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
};

/** Those that are computed here; the others are kept as they were sent. */
const COMPUTED: Readonly<Record<string, (body: Buffer) => string>> = {
  ChecksumCRC32: crc32,
  ChecksumSHA1: (body) => createHash('sha1').update(body).digest('base64'),
  ChecksumSHA256: (body) => createHash('sha256').update(body).digest('base64'),
};

/** The checksums that a Put carried, checked. @throws BadDigest, InvalidDigest, InvalidRequest */
export function checkedChecksums(input: Record<string, any>, body: Buffer): Record<string, string> {
  if (input.ContentMD5 !== undefined && !isDigest(input.ContentMD5, 16))
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.', 400, {
      'Content-MD5': input.ContentMD5,
    });
  const contentMd5 = createHash('md5').update(body).digest('base64');
  if (input.ContentMD5 !== undefined && input.ContentMD5 !== contentMd5) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const checksums: Record<string, string> = {};
  for (const member of Object.keys(CHECKSUM_HEADERS)) {
    const given = input[member];
    if (given === undefined) continue;
    const name = member.replace('Checksum', '');
    if (!isDigest(given, BYTES[member]!))
      throw new AwsError('InvalidRequest', `Value for ${CHECKSUM_HEADERS[member]} header is invalid.`);
    if (COMPUTED[member] && COMPUTED[member](body) !== given) {
      throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
    }
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
