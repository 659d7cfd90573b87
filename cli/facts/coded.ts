/** A code with its facts from a table, as data. */
export type Coded<Facts, Code extends keyof Facts = keyof Facts> = {
  readonly [Each in Code]: { readonly code: Each; readonly facts: Facts[Each] };
}[Code];
