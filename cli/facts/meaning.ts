import type { ShownState } from '../../handlers/facts/errors';
import type { Backend } from '../../list/domain-list';
import type { ChangedSetting } from './changes';
import type { Coded } from './coded';
import type { MovedMailFrom } from './unlisted';

type Nothing = Record<never, never>;

/** What an entry signs with. */
interface Signature {
  readonly selector: string;
  /** The entry whose key and record it shares. */
  readonly home: string | undefined;
}

/** One way in which an entry changes. */
export type Alteration =
  | { readonly kind: 'region'; readonly from: string; readonly to: string }
  | { readonly kind: 'selector'; readonly from: string; readonly to: string }
  /** The key of the same selector is at another place. */
  | { readonly kind: 'key-place'; readonly selector: string }
  /** `home`: `null`: its own key and record. */
  | { readonly kind: 'home'; readonly home: string | null };

/** The effect of a deploy on SES, by code. */
export interface EffectFacts {
  readonly NOT_DEPLOYED: Nothing;
  /** The entry is no longer in the list. */
  readonly REMOVED: Nothing;
  /** SES has it already, verified, with the key in the key store. */
  readonly ADOPTED: Signature;
  /** `now`: the state of an identity that exists, if it is known. */
  readonly ADDED: Signature & {
    readonly identity: 'managed' | 'import' | 'existing';
    readonly makesKey: boolean;
    readonly now: ShownState | null;
  };
  readonly CHANGED: {
    readonly alterations: readonly Alteration[];
    readonly settings: readonly ChangedSetting[];
  };
}

export type Effect = Coded<EffectFacts>;

/** What a destroy does, by code. */
export interface DestructionFacts {
  readonly NOT_DEPLOYED: Nothing;
  readonly REMOVES_IDENTITY: Nothing;
  /** The state before the first deploy, which is not known here. */
  readonly RESTORES: Nothing;
  readonly RESTORES_STATE: Pick<ShownState, 'origin' | 'selector' | 'enabled'>;
  /** The prior state cannot be restored. */
  readonly SWITCHES_OFF: Nothing;
}

export type Destruction = Coded<DestructionFacts>;

/** What SES signs with. */
export type Signer =
  | { readonly kind: 'selector'; readonly selector: string }
  /** Not with a key of the domain's owner. */
  | { readonly kind: 'origin'; readonly origin: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown' };

/** What SES signs with now, and after the deploy; `null`: the entry is no longer in the list. */
export interface Signs {
  readonly before: Signer;
  readonly after: string | null;
}

/** Risks, and work in addition to the deploy, by code. */
export interface CautionFacts {
  readonly ROLL_BACK_FIRST: { readonly stack: string };
  readonly LEAVE_RECORD: { readonly selector: string; readonly days: number };
  /** A setting that weakens the proof; `meaning`: by the row of the setting. */
  readonly WEAKER: { readonly path: string; readonly value: unknown; readonly meaning: string };
  readonly MAY_SEND: { readonly roles: readonly string[] };
  readonly MAIL_FROM_REPLACED: { readonly before: string; readonly after: string };
  /**
   * Regions have one MAIL FROM domain, with the MX record of the first. `isRejected`: this entry's mail would not be sent
   * if SES does not accept that record in its region.
   */
  readonly MAIL_FROM_SHARED: {
    readonly name: string;
    readonly regions: readonly string[];
    readonly isRejected: boolean;
  };
  /** An identity that exists becomes the stack's. */
  readonly TAKEN_OVER: Nothing;
  readonly RENAMED: { readonly from: string; readonly to: string; readonly backend: Backend };
}

export type Caution = Coded<CautionFacts>;

/** What a change means, for a reviewer. */
export interface Meaning {
  readonly effect: Effect;
  readonly signs: Signs;
  /** What a destroy of the domain's stack would do, after this change. */
  readonly destroy: Destruction;
  readonly cautions: readonly Caution[];
}

/** What a deploy will refuse of a changed list, by the code of its own refusal. */
export interface ReviewRefusalFacts {
  readonly CONTROL_PROTECTED: { readonly path: string };
  readonly KEY_STORE_PROTECTED: { readonly path: string };
  /** Others sign with the key and the record of a removed entry. */
  readonly KEY_SHARED: { readonly stack: string; readonly others: readonly string[] };
  readonly IDENTITY_PROTECTED:
    | {
        readonly kind: 'region';
        readonly stack: string;
        readonly expected: string;
        readonly found: string;
      }
    | { readonly kind: 'let-go'; readonly stack: string };
  readonly RECORD_MOVES: { readonly stack: string; readonly from: string; readonly to: string };
  readonly MAIL_FROM_MOVES: MovedMailFrom;
  readonly IDENTITY_EXISTS: { readonly stack: string };
}

export type ReviewRefusal = Coded<ReviewRefusalFacts>;
