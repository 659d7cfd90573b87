/** Holds the limits of keys and key records, for those who check them and for sentences. */

export const KEY_TYPE = 'RSA';

/** Sizes of a key that SES accepts; RFC 8301 §3.2 has the same lower bound. */
export const KEY_BITS = { least: 1024, most: 2048 } as const;

/** Octets of one string of a TXT record (RFC 1035 §3.3). */
export const STRING_OCTETS = 255;

/** Number of octets of a record that opendkim reads. */
export const READ_OCTETS = 1024;
