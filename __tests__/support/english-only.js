/**
 * zod's languages, as every test gets them: English. In Node zod reads its sixty from as many files, and jest reads them
 * anew for each test file, for a tenth of a second; a bundle leaves them out.
 */
exports.en = require('../../node_modules/zod/v4/locales/en.cjs');
