import type { Arriving } from './arriving';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** In the form that Lambda uses. */
export type TagRecord = Readonly<Record<string, string>>;

export const listOf = (tags: TagRecord = {}): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The tags of one resource. They show as they were set, but apply to authorization only once they have arrived. */
export class ResourceTags {
  constructor(
    private readonly tags: Arriving<ReadonlyMap<string, string>>,
    given: readonly Tag[] = [],
  ) {
    if (given.length > 0) this.put(given);
  }

  get shown(): ReadonlyMap<string, string> {
    return this.tags.shown;
  }

  /** Returns whether all changes have arrived. */
  get haveArrived(): boolean {
    return this.tags.shown === this.tags.arrived;
  }

  get list(): Tag[] {
    return [...this.shown].map(([Key, Value]) => ({ Key, Value }));
  }

  get record(): TagRecord {
    return Object.fromEntries(this.shown);
  }

  /** `aws:ResourceTag/…`, as it is told apart now. */
  get arrived(): Record<string, string> {
    return Object.fromEntries(this.tags.arrived);
  }

  put(tags: readonly Tag[]): void {
    this.tags.set(new Map([...this.shown, ...tags.map(({ Key, Value }) => [Key, Value] as const)]));
  }

  remove(keys: readonly string[]): void {
    this.tags.set(new Map([...this.shown].filter(([key]) => !keys.includes(key))));
  }
}
