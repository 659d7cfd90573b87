import type { DomainCaution } from '../../handlers/contract/settings/consequence';
import type { ShownState } from '../../handlers/words/states';
import type { Backend } from '../../list/domain-list';
import type { ChangedSetting } from './changes';
import type { Coded } from './coded';
import type { MovedMailFrom, Renaming } from './unlisted';

type Nothing = Record<never, never>;

/** Key with which an entry signs. */
interface Signature {
  readonly selector: string;
  /** The entry that shares its key and record. */
  readonly home: string | undefined;
}

/** One way in which an entry changes. */
export type Alteration =
  | { readonly kind: 'region'; readonly from: string; readonly to: string }
  | { readonly kind: 'selector'; readonly from: string; readonly to: string }
  /** The key of the same selector is in another place. */
  | { readonly kind: 'key-place'; readonly selector: string }
  /** `home`: `null` if it has its own key and record. */
  | { readonly kind: 'home'; readonly home: string | null };

/** The effect of a deploy on SES, by code. */
export interface EffectFacts {
  readonly NOT_DEPLOYED: Nothing;
  /** The entry is no longer in the list. */
  readonly REMOVED: Nothing;
  /** SES already has it, verified, with the key in the key store. */
  readonly ADOPTED: Signature;
  /** `now` is the state of an existing identity, if it is known. */
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

/** Effect of a destroy, by code. */
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

/** The signing state that SES uses. */
export type Signer =
  | { readonly kind: 'selector'; readonly selector: string }
  /** SES signs, but not with a key of the domain's owner. */
  | { readonly kind: 'origin'; readonly origin: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown' };

/** Signing state of SES now and after the deploy, or `null` if the entry is no longer in the list. */
export interface Signs {
  readonly before: Signer;
  readonly after: string | null;
}

/** Risks, and work in addition to the deploy, by code. */
export interface CautionFacts {
  readonly ROLL_BACK_FIRST: { readonly stack: string };
  readonly LEAVE_RECORD: { readonly selector: string; readonly days: number };
  /** A setting that weakens the proof or lets others sign, with the code of its row. */
  readonly WEAKER: { readonly path: string; readonly value: unknown; readonly meaning: DomainCaution };
  readonly MAY_SEND: { readonly roles: readonly string[] };
  readonly MAIL_FROM_REPLACED: { readonly before: string; readonly after: string };
  /**
   * Regions share one MAIL FROM domain, with the MX record of the first region. `isRejected` if this entry's mail would not be
   * sent when SES does not accept that record in its region.
   */
  readonly MAIL_FROM_SHARED: {
    readonly name: string;
    readonly regions: readonly string[];
    readonly isRejected: boolean;
  };
  /** The record of an entry that begins to publish in Route 53 is in DNS already. */
  readonly RECORD_THERE: { readonly recordName: string; readonly hostedZoneId: string };
  /** The stack takes over an existing identity. */
  readonly TAKEN_OVER: Nothing;
  /** The function of one region reads every key of another region, since policies cannot name so many. */
  readonly READS_WHOLE_STORE: { readonly reader: string; readonly owner: string };
}

export type Caution = Coded<CautionFacts>;

/** Meaning of a change, for a reviewer. */
export interface Meaning {
  readonly effect: Effect;
  readonly signs: Signs;
  /** Effect of a destroy of the domain's stack after this change. */
  readonly destroy: Destruction;
  readonly cautions: readonly Caution[];
}

/** Changes of a list that a deploy will refuse, by the code of its refusal. */
export interface ReviewRefusalFacts {
  readonly CONTROL_PROTECTED: { readonly path: string };
  readonly KEY_STORE_PROTECTED: { readonly path: string };
  /** Other entries sign with the key and the record of a removed entry. */
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
  /** The backend has its state. */
  readonly ENTRY_RENAMED: Renaming & { readonly backend: Backend };
}

export type ReviewRefusal = Coded<ReviewRefusalFacts>;
