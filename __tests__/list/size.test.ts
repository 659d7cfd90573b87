import { settingsOf } from '../../handlers/contract/settings/setting';
import { LIST_SETTINGS } from '../../list/schema';

/** Those of a domain count once, though `defaults` and each entry take them; one that has two forms is one. */
const settings = settingsOf(LIST_SETTINGS);

it('the list has so few settings that each can have a reason', () => {
  expect(settings.map(([path]) => path)).toContain('defaults.gate.waitSeconds');
  expect(settings.length).toBeLessThanOrEqual(61);
});
