/** Numbers of lines that a review leaves out, by their subject. */
export interface LeftOut {
  readonly domains?: number;
  readonly settings?: number;
  /** Reports of DNS on domains, each with similar domains. */
  readonly reports?: number;
}
