import { type Engine, EngineError, findEngine } from '../../../engine/find-engine';

/** An engine in the name of a test: `describe.each(ENGINES)('with $title', ({ engine }) => …)`. */
export interface NamedEngine {
  readonly title: string;
  readonly engine: Engine;
}

/** Every engine that is here: the one on the PATH, and the one that npm installed. Never none. */
export const ENGINES: readonly NamedEngine[] = enginesHere();

function enginesHere(): NamedEngine[] {
  const first = findEngine();
  if (first.from === 'npm') return [named(first)];
  try {
    return [named(first), named(findEngine({ searchPath: '' }))];
  } catch (error) {
    if (error instanceof EngineError) return [named(first)];
    throw error;
  }
}

function named(engine: Engine): NamedEngine {
  return { title: `${engine.kind} from ${engine.from}`, engine };
}
