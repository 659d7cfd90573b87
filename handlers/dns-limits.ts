/**
 * Limits the work of a proof, whatever a zone's owner sends. If a limit is exceeded, the outcome is "unknown" and names the
 * limit. Each is several times what a sound zone needs; together they bound the time and memory of a proof.
 */
export const LIMITS = {
  /** Number of records that are read of a message. The root's referrals have 40. */
  recordsPerMessage: 500,
  /** Pointers in one compressed name; encoders write one. */
  pointersPerName: 16,
  /**
   * Octets of a TXT record, including the length octets. The record of a 2,048-bit key has 412; some verifiers stop at 1,024.
   */
  txtBytes: 4096,
  /** Datagrams that do not answer the question until its server is given up. */
  strayDatagrams: 32,
  /** Number of servers of one zone, by name. */
  serversPerZone: 64,
  /** Addresses that are asked in one round for all names together. */
  addresses: 128,
  /** Names in one round: the record's own, and all targets of aliases. RFC 1034 sets no limit; resolvers have one. */
  names: 12,
  /** Questions in one round. They also bound the zones on the way and the server names that are looked up. */
  questions: 1_500,
  /** Octets of all answers in one round. */
  receivedBytes: 4 * 1024 * 1024,
  /** Milliseconds of one round. */
  roundMs: 20_000,
} as const;

/**
 * Sockets that the process has open at once for all proofs: the audit proves several domains in one function, which has 1,024
 * descriptors on Lambda. Further questions wait for their turn until the time of their round is up.
 */
export const SOCKETS = { udp: 400, tcp: 200 } as const;

/** A limit that the gate reports. A message that exceeds a limit of its own does not count as an answer. */
export type Limit = Exclude<keyof typeof LIMITS, 'recordsPerMessage' | 'pointersPerName' | 'roundMs'>;
