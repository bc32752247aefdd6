/* The number of a system call that does not exist: begins and ends a count, for the plugin of qemu-user */
enum { MARK = 0xc0de };
