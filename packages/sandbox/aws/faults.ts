import type { Fault, RecordedCall } from './service';

export interface FaultHandle {
  readonly fault: Fault;
  /** Calls that it has affected so far. */
  readonly hits: number;
  remove(): void;
}

interface Entry {
  readonly fault: Fault;
  seen: number;
  hits: number;
}

/** The faults that are set, and how often each has struck. */
export class Faults {
  private readonly entries = new Set<Entry>();

  add(fault: Fault): FaultHandle {
    const entry: Entry = { fault, seen: 0, hits: 0 };
    this.entries.add(entry);
    return {
      fault,
      get hits() {
        return entry.hits;
      },
      remove: () => void this.entries.delete(entry),
    };
  }

  clear(): void {
    this.entries.clear();
  }

  /** The fault that strikes this call, if any. Counts the call. */
  strike(call: RecordedCall): Fault | undefined {
    let struck: Fault | undefined;
    for (const entry of this.entries) {
      if (!matches(entry.fault, call)) continue;
      entry.seen += 1;
      const { skip = 0, times = Number.POSITIVE_INFINITY } = entry.fault;
      if (struck || entry.seen <= skip || entry.hits >= times) continue;
      entry.hits += 1;
      struck = entry.fault;
    }
    return struck;
  }
}

function matches(fault: Fault, call: RecordedCall): boolean {
  const [service, operation] = fault.operation.split(':');
  return (
    service === call.service &&
    (operation === '*' || operation === call.operation) &&
    (fault.resourceIncludes === undefined || call.resource.includes(fault.resourceIncludes)) &&
    (call.principal.type === 'role' || fault.admin === true)
  );
}
