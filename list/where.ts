/** Environment variable that names another list. */
export const DOMAINS_VARIABLE = 'BYODKIM_DOMAINS';

/** The list of this project, in the folder that commands run in. */
export const DEFAULT_LIST = 'domains.yaml';

/** Environment variable in which `byodkim` names the engine that it has found. */
export const ENGINE_VARIABLE = 'BYODKIM_ENGINE';

/** Output of an entry's stack: a hash of the configuration that was applied to its end. */
export const APPLIED_OUTPUT = 'applied';
