/** Facts with their code, as answers have them. */
type Snake<Kind extends string> = Kind extends `${infer First}-${infer Rest}`
  ? `${First}_${Snake<Rest>}`
  : Kind;

/** The code of a kind of facts: in capitals, like the codes of errors and findings. */
export type CodeOf<Kind extends string> = Uppercase<Snake<Kind>>;

export interface Coded<Facts extends { readonly kind: string }> {
  readonly code: CodeOf<Facts['kind']>;
  readonly facts: Facts;
}

/** Returns facts with the code of their kind. */
export const coded = <Facts extends { readonly kind: string }>(facts: Facts): Coded<Facts> => ({
  code: facts.kind.toUpperCase().replaceAll('-', '_') as CodeOf<Facts['kind']>,
  facts,
});
