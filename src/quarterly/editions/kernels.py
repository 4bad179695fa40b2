"""Kernels that start at once: each is forked from one process that has already imported what notebooks use.

A kernel's start and its imports are nearly all of what a small notebook costs. Here they are paid once, by Python's own
fork server; each notebook still gets a process of its own in a fresh state. Jupyter finds the provisioner
under its entry point `jupyter_client.kernel_provisioners`. Where forking is not safe (Windows, macOS) the ordinary
kernel does the same work.
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
from multiprocessing.context import ForkServerProcess
from subprocess import Popen
from typing import Any, cast

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from quarterly.storage.children import unaware_of_ctrl_c

PROVISIONER = "quarterly-forked"
#: The module that is started as a kernel.
KERNEL = "quarterly.editions.kernel_app"
#: What the fork server imports before the first kernel is forked. The command line is here because a forked process
#: imports what Python was started with: 60 ms a kernel.
PRELOADED = ["quarterly.cli.main", "quarterly.editions.preload"]


def can_fork() -> bool:
    """Whether kernels may be forked here: only Linux has no libraries that a fork breaks.

    A process that may have no children of Python's own, such as a worker of a Dask cluster, starts ordinary kernels.
    """
    return sys.platform == "linux" and not multiprocessing.current_process().daemon


def start_fork_server() -> None:
    """Start importing in the fork server, while the caller goes on."""
    if can_fork():
        from multiprocessing import forkserver, resource_tracker

        multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
        # The server starts this one first, which would let signals through again.
        resource_tracker.ensure_running()
        with unaware_of_ctrl_c():
            forkserver.ensure_running()


class _Process:
    """A forked kernel, with the interface of a `subprocess.Popen` that Jupyter's provisioner expects."""

    stdin = stdout = stderr = None

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.join(timeout)
        return self._process.exitcode

    def send_signal(self, signum: int) -> None:
        if self.pid and self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def _run_kernel(arguments: list[str], folder: str | None, environment: dict[str, str]) -> None:
    """Become a kernel: the first thing that runs in the forked process."""
    threading.Thread(target=_leave_with_command, daemon=True).start()
    os.setsid()
    if folder:
        os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    from quarterly.editions.kernel_app import KernelApp

    # Without a parent the kernel takes itself for one of a terminal, and says how to stop it.
    KernelApp.launch_instance([*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])


def _leave_with_command() -> None:
    """End the kernel when the command that asked for it is gone, however it ended.

    Jupyter's own way, to watch the process that it was forked from, is not enough: that is the fork server, which
    stays for as long as one of its kernels does.
    """
    command = multiprocessing.parent_process()
    if command is not None:
        command.join()
        os._exit(1)


class ForkedProvisioner(LocalProvisioner):
    """Launch a kernel by forking it from the process that has imported everything already."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; the command's words after ``-m`` and the name of the module are its arguments."""
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
        """Wait for the end of the kernel; Jupyter's own way looks ten times a second."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        return self.process.wait() if self.process else 0


class KernelDiedAtStart(Exception):
    """A kernel was gone before it answered for the first time."""


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
                # The kernel's messages must have come through as well: else outputs could be lost.
                await self.iopub_channel.get_msg(timeout=0.2)
                self._handle_kernel_info_reply(reply)
                return
            if not await self._async_is_alive() or time.monotonic() > until:
                raise KernelDiedAtStart

    wait_for_ready = _until_ready

    def connect_iopub(self, identity: bytes | None = None) -> zmq.Socket[bytes]:
        """Connect to what the kernel publishes, and keep all of it until it is read, not only a thousand messages."""
        self.context.setsockopt(zmq.RCVHWM, 0)
        return super().connect_iopub(identity)


class OrdinaryKernelManager(AsyncKernelManager):
    """Jupyter's kernel manager, with the prompt client."""

    client_factory = PromptKernelClient

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The kernel's specification, to launch the kernel that loses nothing."""
        spec = super().kernel_spec
        if spec is not None:
            spec.argv = [KERNEL if word == "ipykernel_launcher" else word for word in spec.argv]
        return spec


class ForkedKernelManager(OrdinaryKernelManager):
    """Jupyter's kernel manager, asking for the forked provisioner."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The kernel's specification, with the provisioner to launch it."""
        spec = super().kernel_spec
        if spec is not None:
            spec.metadata["kernel_provisioner"] = {"provisioner_name": PROVISIONER}
        return spec


def kernel_manager() -> type[OrdinaryKernelManager]:
    """Return the kernel manager for this machine."""
    return ForkedKernelManager if can_fork() else OrdinaryKernelManager
