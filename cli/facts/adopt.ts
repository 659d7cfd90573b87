/** Defines the reasons why an identity is not adopted, by code. */
export interface UnclearFacts {
  /** Neither SES nor the key store has the domain. */
  readonly NOT_FOUND: Record<never, never>;
  /** A stack manages it whose entry is not in the list. */
  readonly DEPLOYED: { readonly stack: string };
  readonly NO_IDENTITY: { readonly keys: readonly string[] };
  readonly NO_SELECTOR: Record<never, never>;
  readonly SIGNING_OFF: { readonly selector: string };
  readonly KEY_NOT_STORED: { readonly selector: string };
  readonly NOT_PUBLISHED: { readonly selector: string };
  /** No rollback could restore the origin of its key. */
  readonly ORIGIN_UNSUPPORTED: { readonly origin: string };
  readonly NO_KEY: Record<never, never>;
  /** `published` is the number of published keys. */
  readonly SEVERAL_KEYS: { readonly keys: readonly string[]; readonly published: number };
  /** Another region has the selector, perhaps with another key. */
  readonly SHARED_SELECTOR: { readonly selector: string };
}

/** Facts that lead to an entry of the list. */
export interface AdoptedFacts {
  readonly origin: 'BYODKIM' | 'Easy DKIM';
  readonly status: string;
  readonly isSigning: boolean;
  readonly isPublished: boolean;
  /** Whether it has BYODKIM and our tag, so that a stack whose state is lost may have managed it. */
  readonly isOurs: boolean;
  /** Whether an entry of another region has the same selector. */
  readonly isShared: boolean;
}

/** A domain that the list has in several regions. */
export interface DomainInRegions {
  readonly domain: string;
  readonly regions: readonly string[];
}
