/** A generated file. */
export interface GeneratedDocument {
  /** Relative to the project's root. */
  readonly path: string;
  /** The whole text, the same for the same sources. */
  generate(): string | Promise<string>;
}
