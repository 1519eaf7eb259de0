module.exports = (value, done) => done(null, value);
