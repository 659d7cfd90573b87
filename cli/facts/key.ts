/** What became of a private key that its owner brings, by code. */
export interface PutFacts {
  /** The key was stored now, with its record. */
  readonly KEY_STORED: StoredKey;
  /** The key was there; its record was stored now. */
  readonly RECORD_STORED: StoredKey;
  /** Both were there, and nothing was written. */
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

/** What comes after a key is stored. */
export interface NextOfKey {
  readonly entry: string;
  /** The selector, if it is not that of the list. */
  readonly selector: string | undefined;
  /** Whether the record is published, or will be by the deploy. */
  readonly isDeployNext: boolean;
}
