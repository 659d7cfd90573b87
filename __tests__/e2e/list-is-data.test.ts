import { ENVIRONMENT } from '../../handlers/contract';
import { Deployment, FUNCTION, passed } from '../support/deployment';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: what an engine takes for its own expressions
const CONTACT = '${file("/etc/hosts")}';
const TAGS = {
  note: '${file("/etc/hosts")} $${x} $$${"y"}',
  '${1 + 1}': '%{ if true }yes%{ endif } %%{x}',
  quotes: '"${terraform.workspace}" \\${a}',
};
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above

describe('the list is data, also to the real engine', () => {
  it('what looks like an expression arrives as the text that it is, and a second plan is empty', async () => {
    const deployment = await Deployment.start({}, { notices: { contact: CONTACT } });
    try {
      await passed(deployment.deployControl());
      const { Configuration } = await deployment.sandbox.call('lambda', 'GetFunction', {
        FunctionName: FUNCTION,
      });
      expect(Configuration.Environment.Variables[ENVIRONMENT.noticeContact]).toBe(CONTACT);
      await deployment.ready('example.com', 's1');
      await passed(deployment.deploy('example.com', { selector: 's1', tags: TAGS }));
      const { Tags: tags } = await deployment.sandbox.call('ses', 'GetEmailIdentity', {
        EmailIdentity: 'example.com',
      });
      expect(Object.fromEntries(tags.map(({ Key, Value }: any) => [Key, Value]))).toMatchObject(TAGS);
      await passed(deployment.plan('example.com', { selector: 's1', tags: TAGS }));
    } finally {
      await deployment.close();
    }
  });
});
