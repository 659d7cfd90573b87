import { DEFAULT_FUNCTION_NAME } from '../handlers/contract/contract';
import { mistakesIn } from '../handlers/contract/settings/setting';
import { ALLOWANCES, SETTINGS } from '../handlers/contract/settings/settings';
import type { ByodkimControlPlaneProps } from './control-plane-props';
import { CONTROL_SETTINGS } from './control-settings';
import { isFunctionName, limitsOfFunctionName, partitionOf } from './names';
import { mistakeOfRow, type PropMistake } from './refusal';
import { isTopicOf } from './topic-choices';

const { keyStore, audit, roles, dashboard } = CONTROL_SETTINGS;
/** Rows of the list's settings, by the names of the props. */
const BY_PROP = {
  region: SETTINGS.region,
  kmsKeyArn: keyStore.kmsKeyArn,
  alsoRead: keyStore.alsoRead,
  keyReaders: keyStore.readers,
  keyWriters: keyStore.writers,
  gate: SETTINGS.gate,
  allow: ALLOWANCES,
  audit,
  roles,
  dashboard,
};

/**
 * Finds everything wrong with a control plane's props.
 * @param isToken whether a value is known only when the engine runs
 */
export function findControlPlaneMistakes(
  props: ByodkimControlPlaneProps,
  isToken: (value: unknown) => boolean = () => false,
): PropMistake[] {
  return [
    ...mistakesOfName(props),
    ...mistakesIn(BY_PROP, props, isToken).map(mistakeOfRow),
    ...mistakesOfTopics(props, isToken),
  ];
}

function mistakesOfName({
  functionName = DEFAULT_FUNCTION_NAME,
  region,
}: ByodkimControlPlaneProps): PropMistake[] {
  if (isFunctionName(functionName, region)) return [];
  const facts = limitsOfFunctionName(region);
  return [{ prop: 'functionName', found: functionName, code: 'FUNCTION_NAME', facts }];
}

function mistakesOfTopics(
  { region, topics = {} }: ByodkimControlPlaneProps,
  isToken: (value: unknown) => boolean,
): PropMistake[] {
  if (region === undefined) return [];
  return Object.entries(topics)
    .filter(([, choice]) => !isToken(choice) && !isTopicOf(region, choice))
    .map(([topic, found]) => ({
      prop: `topics.${topic}`,
      found,
      code: 'TOPIC_OF_ANOTHER_REGION',
      facts: { partition: partitionOf(region), region },
    }));
}
