// This is a workspace and not an entry of `overrides` in package.json, because npm 9.2, which Debian 13 ships, cannot
// read an override that refers to a package of another name, and then reports that there is no lock file.
module.exports = require('@lydell/node-pty');
