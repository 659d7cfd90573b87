/** How many lines of a review are left out, by what they are about. */
export interface LeftOut {
  readonly domains?: number;
  readonly settings?: number;
  /** What DNS says of domains, each with those that are alike. */
  readonly reports?: number;
}
