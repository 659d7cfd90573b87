/** A place in the code: `file#name`. The file declares the name. */
export type Place = `${string}#${string}`;
type Places = readonly [Place, ...Place[]];

/** A source of a statement. The page and the test check all but pages. */
export type Source =
  /** A shape of AWS's service model in `packages/sandbox/models`, and what the model says of it; of `enum`, some of its values. */
  | { readonly model: string; readonly shape: string; readonly has: Readonly<Record<string, unknown>> }
  /** Words of the API reference, as the comments of the AWS SDK's client repeat it. */
  | { readonly sdk: string; readonly words: string }
  /** An action of the Service Authorization Reference, and a resource type or a condition key that it has. */
  | { readonly action: string; readonly takes: string }
  /** An answer that AWS gave: a line of `packages/sandbox/__tests__/recorded/answers`. */
  | { readonly recorded: string; readonly what: string }
  /** A page that was read. `copy` is the year of the copy, if it was not today's page. */
  | { readonly page: string; readonly copy?: 2023 };

interface Statement {
  /** The code that it matters to, so that the row goes when the code goes. */
  readonly at: Places;
  /** A question of the conformance run; `…` stands for what the run fills in. Absent if no run asks it. */
  readonly asked?: string;
}

/** A statement about AWS that the product relies on. */
export interface Known extends Statement {
  /** A sentence. */
  readonly says: string;
  readonly heldBy: readonly [Source, ...Source[]];
}

/** A statement that no source holds. */
export interface Unknown extends Statement {
  /** A clause that begins with a question word. */
  readonly says: string;
  /** What happens until it is known. */
  readonly either: string;
  /** If it decides whether mail is sent, signed or refused: the code that holds under each answer. */
  readonly mail: Places | false;
}

export type Fact = Known | Unknown;

export const isKnown = (fact: Fact): fact is Known => 'heldBy' in fact;
