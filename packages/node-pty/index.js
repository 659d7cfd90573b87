// A workspace and not an entry of `overrides` in package.json: npm 9.2, which Debian 13 has, cannot read an override
// that gives another name, and then says that there is no lock file.
module.exports = require('@lydell/node-pty');
