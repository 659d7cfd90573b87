/** The deploy commands need the engine as well, and they know nothing of the sandbox: the finder is theirs. */
export { type Engine, type FindEngineOptions, findEngine } from '../../../scripts/engine/find-engine';
