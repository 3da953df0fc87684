// Loaded before the script that a launcher in this folder starts. When the launcher is killed, the script is too, so
// that nobody is left holding the port and the data folder. Everything here survives a kill at any moment.
process.once('disconnect', () => {
  // The launcher made it the head of a group, so what it started goes with it.
  if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL')
  process.kill(process.pid, 'SIGKILL')
})
process.channel?.unref()
