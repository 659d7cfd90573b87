// A Terraform plugin, as engines launch it. The sandbox's process does its work, as long as both processes run.
const net = require('node:net');

/** The magic cookie by which go-plugin recognises a plugin. */
const MAGIC_COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';

const refuse = (why) => {
  process.stderr.write(`${why}\n`);
  process.exit(1);
};
if (process.env.TF_PLUGIN_MAGIC_COOKIE !== MAGIC_COOKIE)
  refuse('This program is a Terraform plugin: it is launched by the engine, not by hand.');

// The engine handles Ctrl-C, and says when to stop.
process.on('SIGINT', () => {});
// An engine that was killed cannot say when to stop, so its process is watched.
const engine = process.ppid;
setInterval(() => process.ppid !== engine && process.exit(), 1000);

const sandbox = net.connect(process.env.SANDBOX_PROVIDER);
sandbox.on('error', () => refuse('The sandbox whose provider this is has ended: start it again.'));
sandbox.on('close', () => process.exit());
sandbox.write(`${JSON.stringify({ environment: process.env, workingDirectory: process.cwd() })}\n`);
sandbox.once('data', (answer) => {
  if (!String(answer).includes('|grpc|')) refuse(String(answer).trim());
  process.stdout.write(answer);
});
