/** Environment variable that names another list. */
export const DOMAINS_VARIABLE = 'BYODKIM_DOMAINS';

/** The list of this project, in the folder that commands run in. */
export const DEFAULT_LIST = 'domains.yaml';
