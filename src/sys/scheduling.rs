//! Whether the operating system schedules threads as libzmq would ask it to; libzmq aborts when it does not.

use std::ffi::c_int;

use super::errno::Errno;

/// What the threads of a context are to be; `None` is as they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scheduling {
    pub(crate) policy: Option<c_int>,
    pub(crate) priority: Option<c_int>,
    /// The numbers of the processors; none is any.
    pub(crate) cpus: Vec<usize>,
}

/// Which of the three the operating system refused, and why.
pub(crate) enum Refused {
    Policy(Errno),
    Priority(Errno),
    Cpus(Errno),
}

/// Linux only, as the system calls behind it are.
#[cfg(not(target_os = "linux"))]
pub(crate) fn try_on_a_thread(wanted: &Scheduling) -> Result<(), Refused> {
    match wanted {
        Scheduling { policy: Some(_), .. } => Err(Refused::Policy(Errno::ENOTSUP)),
        Scheduling { priority: Some(_), .. } => Err(Refused::Priority(Errno::ENOTSUP)),
        Scheduling { cpus, .. } if !cpus.is_empty() => Err(Refused::Cpus(Errno::ENOTSUP)),
        _ => Ok(()),
    }
}

/// Does on a thread of its own what libzmq does on each of its threads (`thread_t::applySchedulingParameters`).
#[cfg(target_os = "linux")]
pub(crate) fn try_on_a_thread(wanted: &Scheduling) -> Result<(), Refused> {
    if wanted.policy.is_none() && wanted.priority.is_none() && wanted.cpus.is_empty() {
        return Ok(());
    }
    let apply = || {
        linux::set_policy(wanted)?;
        linux::raise(wanted)?;
        linux::set_cpus(&wanted.cpus)
    };
    let tried = std::thread::scope(|scope| {
        std::thread::Builder::new().spawn_scoped(scope, apply).map(|thread| thread.join())
    });
    match tried {
        Ok(Ok(outcome)) => outcome,
        // There is no room for a thread, so libzmq could not make its own either.
        _ => Err(Refused::Policy(Errno::EAGAIN)),
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::c_int;
    use std::mem::MaybeUninit;

    use super::{Errno, Refused, Scheduling};

    fn is_real_time(policy: c_int) -> bool {
        policy == libc::SCHED_FIFO || policy == libc::SCHED_RR
    }

    /// The policy of this thread.
    fn current_policy() -> c_int {
        // SAFETY: 0 is the calling thread; the function reads its policy.
        unsafe { libc::sched_getscheduler(0) }
    }

    pub(super) fn set_policy(wanted: &Scheduling) -> Result<(), Refused> {
        let policy = wanted.policy.unwrap_or_else(current_policy);
        let parameters = MaybeUninit::<libc::sched_param>::zeroed();
        // SAFETY: the struct is of integers, for which zero is a value.
        let mut parameters = unsafe { parameters.assume_init() };
        if is_real_time(policy) {
            parameters.sched_priority = wanted.priority.unwrap_or(0);
        }
        // SAFETY: pthread_self has no precondition.
        let this = unsafe { libc::pthread_self() };
        // SAFETY: `this` is the running thread, and `parameters` is initialised and only read.
        match unsafe { libc::pthread_setschedparam(this, policy, &parameters) } {
            0 => Ok(()),
            number if wanted.policy.is_some() => Err(Refused::Policy(Errno::of(number))),
            number => Err(Refused::Priority(Errno::of(number))),
        }
    }

    /// A priority without a real-time policy means the lowest nice value.
    pub(super) fn raise(wanted: &Scheduling) -> Result<(), Refused> {
        let policy = wanted.policy.unwrap_or_else(current_policy);
        if is_real_time(policy) || wanted.priority.unwrap_or(0) <= 0 {
            return Ok(());
        }
        // SAFETY: nice has no precondition; on Linux it is about the calling thread, which ends soon.
        match unsafe { libc::nice(-20) } {
            -1 => Err(Refused::Priority(Errno::last())),
            _ => Ok(()),
        }
    }

    pub(super) fn set_cpus(cpus: &[usize]) -> Result<(), Refused> {
        if cpus.is_empty() {
            return Ok(());
        }
        let set = MaybeUninit::<libc::cpu_set_t>::zeroed();
        // SAFETY: the struct is of integers, for which zero is a value.
        let mut set = unsafe { set.assume_init() };
        for &cpu in cpus {
            if cpu >= libc::CPU_SETSIZE as usize {
                return Err(Refused::Cpus(Errno::EINVAL));
            }
            // SAFETY: the set is initialised and has room for the number, which is checked above.
            unsafe { libc::CPU_SET(cpu, &mut set) };
        }
        // SAFETY: 0 is the calling thread; the set is initialised, of this size, and only read.
        match unsafe { libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &set) } {
            0 => Ok(()),
            _ => Err(Refused::Cpus(Errno::last())),
        }
    }
}
