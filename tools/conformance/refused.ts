/** Something is not as it must be; nothing was made. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
