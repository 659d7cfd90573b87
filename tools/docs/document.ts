/** A generated file. */
export interface GeneratedDocument {
  /** Relative to the project's root. */
  readonly path: string;
  /** The whole text, the same for the same sources. */
  generate(): string | Promise<string>;
  /** Whether a text is what `generate` would give now: for those that take long to make. @default it is made, and compared */
  isCurrent?(text: string): boolean;
}
