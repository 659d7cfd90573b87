import type { ExitCode } from '../exit-codes';

/** The sentences of a topic: a row for each code, which takes the facts of the code. */
type Rows = Readonly<Record<string, (facts: never) => unknown>>;

/** The facts of each code, as its row takes them. */
export type FactsIn<R extends Rows> = {
  readonly [Code in keyof R]: R[Code] extends () => unknown ? object : Readonly<Parameters<R[Code]>[0]>;
};

/** The facts of each code whose row has other sentences, too. */
export type FactsOfRows<R extends Readonly<Record<string, { readonly what: (facts: never) => string }>>> =
  FactsIn<{ readonly [Code in keyof R]: R[Code]['what'] }>;

/** A code with its facts, as data. */
export type Coded<Facts, Code extends keyof Facts & string = keyof Facts & string> = {
  readonly [Each in Code]: { readonly code: Each; readonly facts: Facts[Each] };
}[Code];

/** Returns the function that makes the sentence of each code of a topic. */
export const wordsBy =
  <R extends Rows>(rows: R) =>
  <Code extends keyof R & string>({
    code,
    facts,
  }: {
    readonly code: Code;
    readonly facts: FactsIn<R>[Code];
  }): ReturnType<R[Code]> =>
    (rows[code] as (of: typeof facts) => ReturnType<R[Code]>)(facts);

/** A code and its facts with their sentence, as scripts get them. */
export type WithText<T> = T & { readonly text: string };

/** The error of one entry or region as data, which does not stop the others. */
export interface ErrorData {
  readonly code: string;
  readonly message: string;
  readonly facts: unknown;
  /** Advice, with `<domain>` in place of the domain. */
  readonly advice: string | undefined;
  readonly exitCode: ExitCode;
}
