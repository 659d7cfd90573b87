import { DEFAULT_FUNCTION_NAME } from '../handlers/contract/contract';
import { mistakesIn, type SettingMistake } from '../handlers/contract/setting';
import { SETTINGS } from '../handlers/contract/settings';
import type { ByodkimControlPlaneProps } from './control-plane-props';
import { CONTROL_SETTINGS } from './control-settings';
import { functionNameMistake, partitionOf } from './names';
import type { TopicChoice } from './topics';

const { keyStore, allow, audit, dashboard } = CONTROL_SETTINGS;
/** The rows of the list, by the names of the props. */
const BY_PROP = {
  region: SETTINGS.region,
  kmsKeyArn: keyStore.kmsKeyArn,
  alsoRead: keyStore.alsoRead,
  keyReaders: keyStore.readers,
  gate: SETTINGS.gate,
  allow,
  audit,
  dashboard,
};

/**
 * Finds everything wrong with a control plane's props.
 * @param isToken whether a value is known only when the engine runs
 */
export function findControlPlaneMistakes(
  props: ByodkimControlPlaneProps,
  isToken: (value: unknown) => boolean = () => false,
): SettingMistake[] {
  const { functionName = DEFAULT_FUNCTION_NAME, region } = props;
  const mistakes = mistakesIn(BY_PROP, props, isToken);
  const name = functionNameMistake(functionName, region);
  if (name !== undefined) mistakes.unshift({ prop: 'functionName', found: functionName, allowed: name });
  if (region !== undefined)
    for (const [topic, choice] of Object.entries(props.topics ?? {})) {
      const allowed = isToken(choice) ? undefined : topicMistake(choice, region);
      if (allowed !== undefined) mistakes.push({ prop: `topics.${topic}`, found: choice, allowed });
    }
  return mistakes;
}

/**
 * Returns what is allowed in place of a topic that a control plane of that region cannot use: CloudWatch, Lambda and SNS
 * take topics of their own region alone. Undefined for one that it can.
 */
function topicMistake(choice: TopicChoice, region: string): string | undefined {
  const [, partition, , regionOfTopic] = choice.split(':');
  if (choice === 'create' || (partition === partitionOf(region) && regionOfTopic === region))
    return undefined;
  return `a topic of the control plane's own region, arn:${partitionOf(region)}:sns:${region}:…`;
}
