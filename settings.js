// Node-RED reads this file: `npm start`. What it says is built in runtime/host/settings.ts.
module.exports = require('./dist/runtime/host/settings.js').settings();
