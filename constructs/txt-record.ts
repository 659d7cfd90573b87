import { Fn } from 'cdktf';

/** A character-string of DNS holds 255 bytes (RFC 1035 §3.3); a longer value is several, joined by the reader. */
const STRING_LENGTH = 255;

/** A TXT value as `aws_route53_record` takes it: `""` between strings. */
export function txtStrings(value: string): string {
  return value.match(new RegExp(`.{1,${STRING_LENGTH}}`, 'g'))?.join('""') ?? '';
}

/** The same for a value that is known only when the engine runs. */
export function txtStringsAtApply(value: string): string {
  return Fn.replace(value, `/(.{${STRING_LENGTH}})/`, Fn.rawString('$1""'));
}
