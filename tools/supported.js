/**
 * Prints in one sentence why the project cannot run here, instead of the stack trace of the first failure. It is plain
 * JavaScript that old versions of Node can read as well. packages/engine looks for the engine later.
 */
const OLDEST_NODE = 20;

/** The reason why the project cannot run here; undefined if it can. */
function whatIsMissing(platform, nodeVersion) {
  const major = Number(nodeVersion.replace(/^v/, '').split('.')[0]);
  if (major < OLDEST_NODE) {
    return `Node ${OLDEST_NODE} or newer is needed, and this is ${nodeVersion}: install it from https://nodejs.org or with a version manager.`;
  }
  if (platform === 'win32') {
    return 'Windows is not supported, but its Linux is: install WSL (`wsl --install`), and Node in it, and run this there.';
  }
  if (platform !== 'linux' && platform !== 'darwin') {
    return `Linux or macOS is needed, and this is ${platform}: run it on one of them, or in a container.`;
  }
  return undefined;
}

module.exports = { whatIsMissing };

if (require.main === module) {
  const missing = whatIsMissing(process.platform, process.version);
  if (missing) {
    console.error(missing);
    process.exitCode = 1;
  }
}
