import { KEY, PEM } from '../handlers/words/poison';

export { KEY };

/** Facts that choose a sentence, and so are not text from outside. */
const CHOOSING = new Set([
  ...['kind', 'code', 'use', 'failure', 'type', 'policy', 'action', 'role', 'verdict', 'of', 'check', 'by'],
  ...[
    'onMxFailure',
    'topic',
    'topics',
    'ended',
    'severity',
    'exitCode',
    'recordedBy',
    'failing',
    'purpose',
    'outcome',
  ],
  ...['published', 'written'],
]);
/** Facts that choose a sentence in some rows, and have facts of their own in others. */
const MAY_CHOOSE = new Set([
  ...[
    'object',
    'problem',
    'stage',
    'state',
    'reason',
    'why',
    'cause',
    'unread',
    'outcome',
    'status',
    'source',
  ],
  ...['event', 'request', 'warning'],
]);

type Anything = Record<PropertyKey, unknown>;

/** Facts that have the name of a method of lists or texts. */
const FIELDS = new Set(['entries', 'keys', 'values', 'at', 'link', 'search']);

/** Facts that are times in some rows, and texts in others. */
const TIME = /^(since|until|now|.*At)$/;

/** How facts are made. */
export interface Making {
  /** What the facts have that choose a sentence; absent: they have a key as well. */
  readonly choice?: string | undefined;
  /** Whether times are numbers. */
  readonly hasTimes?: boolean;
}

/** Makes facts of every shape: each text is a private key, each list has one item, and each field is such facts again. */
export function poison(making: Making = {}, text = PEM): Anything {
  const self: Anything = new Proxy(Object.assign(() => text, {}) as unknown as Anything, {
    get: (_, name) => read(name),
    has: () => true,
    ownKeys: () => ['prototype', 'a'],
    getOwnPropertyDescriptor: (target, name) =>
      name === 'a'
        ? { value: read(name), enumerable: true, configurable: true }
        : Object.getOwnPropertyDescriptor(target, name),
  });
  const fields = new Map<string, unknown>();

  function read(property: PropertyKey): unknown {
    if (property === Symbol.toPrimitive) return (hint: string) => (hint === 'number' ? 2 : text);
    if (property === Symbol.iterator) return () => [self][Symbol.iterator]();
    if (typeof property === 'symbol') return undefined;
    const name = String(property);
    if (name === 'toString' || name === 'toJSON' || name === 'valueOf') return () => text;
    if (name === 'length') return 1;
    const ofText = (text as unknown as Anything)[name] as ((...given: unknown[]) => unknown) | undefined;
    const ofList = ([self] as unknown as Anything)[name];
    if (FIELDS.has(name)) return field(name);
    if (typeof ofText === 'function' && typeof ofList === 'function')
      return (...given: unknown[]) => {
        const cut: unknown = ofText.apply(text, given);
        return typeof cut === 'string' ? poison(making, cut) : cut;
      };
    if (typeof ofText === 'function') return ofText.bind(text);
    if (typeof ofList === 'function') return ofList.bind([self]);
    const { choice } = making;
    if (choice !== undefined && CHOOSING.has(name)) return choice;
    if (choice !== undefined && MAY_CHOOSE.has(name)) return poison(making, choice);
    if (making.hasTimes && TIME.test(name)) return 86_400_000;
    return field(name);
  }

  function field(name: string): unknown {
    if (!fields.has(name)) fields.set(name, poison(making));
    return fields.get(name);
  }

  return self;
}
