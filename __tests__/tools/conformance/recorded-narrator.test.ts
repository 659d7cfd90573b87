import assert from 'node:assert/strict';
import { RecordedNarrator } from '../../../tools/conformance/recorded-narrator';
import { Recorder } from '../../../tools/conformance/recorder';

/** A narrator that prints into a list and is interrupted by `interrupt`. */
function narrated() {
  const interrupted = new AbortController();
  const recorder = new Recorder(() => ({ 'test.example.com': 'example.com' }));
  const kept: string[] = [];
  const keep = () => kept.push(recorder.recording('eu-west-1', 'aws', new Date(0)).findings.join());
  const narrator = new RecordedNarrator(recorder, keep, interrupted.signal);
  narrator.print = () => {};
  const findings = () => recorder.recording('eu-west-1', 'aws', new Date(0)).findings;
  return { narrator, findings, kept, interrupt: () => interrupted.abort() };
}
const fails = (narrator: RecordedNarrator) =>
  narrator.attempt(() =>
    narrator.step('Deploy', async () => {
      assert.match('a long plan\nError  DNS_LOOKUP_FAILED for test.example.com', /DNS_TXT_NOT_READY/);
      return 'refused';
    }),
  );

test('a step that fails is recorded with its output, and the next one begins', async () => {
  const { narrator, findings, kept } = narrated();

  await fails(narrator);
  await narrator.attempt(() => narrator.step('Ask', async () => 'answered'));

  expect(findings()).toEqual([
    {
      question: 'Deploy',
      answer: expect.stringMatching(/^failed\n.*\n.*\nError {2}DNS_LOOKUP_FAILED for example\.com$/),
    },
  ]);
  expect(narrator.failed).toEqual(['Deploy']);
  expect(kept).toHaveLength(2);
});

test('a step that fails after an interrupt ends the run, and is not recorded', async () => {
  const { narrator, findings, interrupt } = narrated();
  interrupt();

  await expect(fails(narrator)).rejects.toThrow('aborted');
  expect(findings()).toEqual([]);
});
