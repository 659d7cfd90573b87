/** One thing that AWS was asked, and what it answered. */
export interface Recorded {
  readonly what: string;
  readonly operation: string;
  /** Asked before it, in order: `[operation, input]`. */
  readonly after?: readonly (readonly [string, object])[];
  readonly input: object;
  /** What AWS refused with; the message may be left out where it is long or has none. */
  readonly refused?: {
    readonly code: string;
    readonly status: number;
    readonly message?: string;
    readonly detail?: Readonly<Record<string, unknown>>;
  };
  /** What AWS answered, as far as it was looked at. */
  readonly answered?: Readonly<Record<string, unknown>>;
}

export const refusal = (
  code: string,
  status: number,
  message?: string,
  detail?: Readonly<Record<string, unknown>>,
): Pick<Recorded, 'refused'> => ({ refused: { code, status, message, detail } });
