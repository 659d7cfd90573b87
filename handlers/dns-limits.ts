/**
 * Limits the work of a proof, whatever a zone's owner sends. If one is exceeded, the outcome is "unknown" and names it.
 * Each is several times what a sound zone needs; together they bound the time and memory of a proof.
 */
export const LIMITS = {
  /** Records of a message that are read. The root's referrals have 40. */
  recordsPerMessage: 500,
  /** Pointers of one compressed name; one is what encoders write. */
  pointersPerName: 16,
  /** Octets of a TXT record, those that count the strings included. One of a key of 2,048 bits has 412; some verifiers stop at 1,024. */
  txtBytes: 4096,
  /** Datagrams that are no reply to the question, before its server is given up. */
  strayDatagrams: 32,
  /** Servers of one zone, by name. */
  serversPerZone: 64,
  /** Addresses that are asked in one round, all names together. */
  addresses: 128,
  /** Names in one round: the record's own, and all that aliases lead to. RFC 1034 sets no limit; resolvers have one. */
  names: 12,
  /** Questions of one round: they bound the names of servers that are looked up, and the zones on the way, as well. */
  questions: 1_500,
  /** Octets of all answers of one round. */
  receivedBytes: 4 * 1024 * 1024,
  /** Milliseconds of one round. */
  roundMs: 20_000,
} as const;

/**
 * Sockets that the process has open at once, whatever it proves: the audit proves several domains in one function, which
 * has 1,024 descriptors on Lambda. Further questions wait for their turn, until their round's time is up.
 */
export const SOCKETS = { udp: 400, tcp: 200 } as const;

/** A limit of which the gate tells. A message that exceeds one of its own is no answer. */
export type Limit = Exclude<keyof typeof LIMITS, 'recordsPerMessage' | 'pointersPerName' | 'roundMs'>;
