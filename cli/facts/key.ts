/** Results for a private key that its owner brings, by code. */
export interface PutFacts {
  /** The key and its record were stored now. */
  readonly KEY_STORED: StoredKey;
  /** The key already existed, and its record has now been stored. */
  readonly RECORD_STORED: StoredKey;
  /** Both existed, and nothing was written. */
  readonly KEY_UNCHANGED: StoredKey;
}

interface StoredKey {
  readonly domain: string;
  readonly selector: string;
  /** e.g. `s3://bucket/key`. */
  readonly storedAt: string;
  readonly bits: number;
  readonly fingerprint: string;
  /** Whether DNS has the record. */
  readonly isPublished: boolean;
}

/** Facts for the next steps after a key is stored. */
export interface NextOfKey {
  readonly entry: string;
  /** The selector, if it is not the list's. */
  readonly selector: string | undefined;
  /** Whether the record is published, or the deploy will publish it. */
  readonly isDeployNext: boolean;
}
