/** A generated file. */
export interface GeneratedDocument {
  /** Relative to the project's root. */
  readonly path: string;
  /** Returns the whole text, which is equal for equal sources. */
  generate(): string;
}
