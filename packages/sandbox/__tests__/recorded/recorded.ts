import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One request to AWS and its answer: a line of `answers/<service>.jsonl`. */
export interface Recorded {
  readonly what: string;
  readonly operation: string;
  /** Asked before it, in order. */
  readonly after?: readonly (readonly [operation: string, input: object])[];
  readonly input: object;
  /** What AWS refused with; the message may be left out where it is long or has none. */
  readonly refused?: readonly [
    code: string,
    statusCode: number,
    message?: string | null,
    detail?: Readonly<Record<string, unknown>>,
  ];
  /** What AWS answered, as far as it was looked at. */
  readonly answered?: Readonly<Record<string, unknown>>;
}

const FOLDER = path.join(__dirname, 'answers');

/** As AWS answered, by service; the facts are of LocalStack's snapshots. */
export const recordings = (): (readonly [service: string, cases: readonly Recorded[]])[] =>
  readdirSync(FOLDER).map((file) => [
    path.parse(file).name,
    readFileSync(path.join(FOLDER, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line, revive)),
  ]);

/** Values that JSON has no word for. */
const revive = (_key: string, value: any): unknown => {
  const [kind, told] = Object.entries<any>(value ?? {})[0] ?? [];
  switch (kind) {
    case '$date':
      return new Date(told);
    case '$bytes':
      return Buffer.from(told, 'base64');
    case '$json':
      return JSON.stringify(told);
    case '$like':
      return expect.stringMatching(new RegExp(told));
    case '$text': {
      const [before, repeated, times, after] = told;
      return before + repeated.repeat(times) + after;
    }
  }
  return value;
};
