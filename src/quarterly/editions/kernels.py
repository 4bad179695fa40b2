"""Kernels that start quickly: each is forked from one process that has already imported what notebooks use.

Starting a kernel and its imports is nearly the whole cost of a small notebook. Python's own fork server pays it once;
each notebook still gets a separate process in a fresh state. Jupyter finds the provisioner by its entry point
`jupyter_client.kernel_provisioners`. Where forking is not safe (Windows, macOS), ordinary kernels are used.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import queue
import sys
import threading
import time
from multiprocessing.process import BaseProcess
from subprocess import Popen
from typing import Any, cast

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from quarterly.storage.children import shielded_from_ctrl_c

PROVISIONER = "quarterly-forked"
#: The module that is started as a kernel.
KERNEL = "quarterly.editions.kernel_app"
#: What the fork server imports before it forks the first kernel. The command line is included because a forked process
#: imports the main module that Python was started with, which takes 60 ms a kernel.
PRELOADED = ["quarterly.cli.main", "quarterly.editions.preload"]


def can_fork() -> bool:
    """Return whether kernels may be forked here: only on Linux does a fork break no libraries.

    A process that may not have Python child processes, such as a worker of a Dask cluster, starts ordinary kernels.
    """
    return sys.platform == "linux" and not multiprocessing.current_process().daemon


def start_fork_server() -> None:
    """Start the fork server, which imports in the background."""
    if can_fork():
        from multiprocessing import forkserver, resource_tracker

        multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
        # Started first: the fork server would start it, and that would let signals through again.
        resource_tracker.ensure_running()
        with shielded_from_ctrl_c():
            forkserver.ensure_running()


class _Process:
    """A forked kernel, with the interface of a `subprocess.Popen` that Jupyter's provisioner expects."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process, self.pid = process, process.pid
        self.terminate, self.kill = process.terminate, process.kill

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.join(timeout)
        return self._process.exitcode

    def send_signal(self, signum: int) -> None:
        if self.pid and self.poll() is None:
            os.kill(self.pid, signum)


def _run_kernel(arguments: list[str], folder: str | None, environment: dict[str, str]) -> None:
    """Become a kernel: the entry point of the forked process."""
    threading.Thread(target=_leave_with_command, daemon=True).start()
    os.setsid()
    if folder:
        os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    from quarterly.editions.kernel_app import KernelApp

    # Without a parent, the kernel assumes that it runs in a terminal and prints how to stop it.
    KernelApp.launch_instance([*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])


def _leave_with_command() -> None:
    """End the kernel when the command that started it is gone, however it ended.

    Jupyter's own check, which watches the parent process, is not enough: that is the fork server, which stays as long
    as one of its kernels does.
    """
    command = multiprocessing.parent_process()
    if command is not None:
        command.join()
        os._exit(1)


class ForkedProvisioner(LocalProvisioner):
    """Launch a kernel by forking it from the process that has already imported everything."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; its arguments are the words of the command after the name of the kernel's module."""
        start_fork_server()
        context = multiprocessing.get_context("forkserver")
        arguments = cmd[cmd.index(KERNEL) + 1 :]
        folder, environment = kwargs.get("cwd"), dict(kwargs.get("env") or os.environ)
        # Daemonic: a kernel never outlives the command that started it.
        process = context.Process(target=_run_kernel, args=(arguments, folder, environment), daemon=True)
        process.start()
        self.process = cast("Popen[Any]", _Process(process))
        self.pid, self.pgid, self.ip = process.pid, process.pid, None
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the kernel to end; Jupyter's own method polls only ten times a second."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        return self.process.wait() if self.process else 0


class KernelDiedAtStart(Exception):
    """A kernel died before it answered for the first time."""


class PromptKernelClient(AsyncKernelClient):
    """Jupyter's client, without its wait of a fifth of a second for stray messages before the first cell.

    The client that executes a cell reads only that cell's messages, so stray ones do no harm.
    """

    async def _until_ready(self, timeout: float | None = None) -> None:
        until = time.monotonic() + (timeout or float("inf"))
        while True:
            self.kernel_info()
            with contextlib.suppress(queue.Empty):
                reply = await self.shell_channel.get_msg(timeout=1)
                # The kernel's published messages must be arriving too, or outputs could be lost.
                await self.iopub_channel.get_msg(timeout=0.2)
                self._handle_kernel_info_reply(reply)
                return
            if not await self._async_is_alive() or time.monotonic() > until:
                raise KernelDiedAtStart

    wait_for_ready = _until_ready

    def connect_iopub(self, identity: bytes | None = None) -> zmq.Socket[bytes]:
        """Connect to the kernel's published messages, and keep all of them until read, not only a thousand."""
        self.context.setsockopt(zmq.RCVHWM, 0)
        return super().connect_iopub(identity)


class KernelManager(AsyncKernelManager):
    """Jupyter's kernel manager, with the client that waits less, and forked kernels where they are safe."""

    client_factory = PromptKernelClient

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The kernel's specification, changed to launch the kernel that loses no output."""
        spec = super().kernel_spec
        if spec is not None:
            spec.argv = [KERNEL if word == "ipykernel_launcher" else word for word in spec.argv]
            if can_fork():
                spec.metadata["kernel_provisioner"] = {"provisioner_name": PROVISIONER}
        return spec
