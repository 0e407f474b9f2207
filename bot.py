"""The entry point and composition root: settings → database → Bot → Dispatcher → scheduler → ingest, and the way back.

Importing this module does nothing; tests build the same objects through the same functions.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramUnauthorizedError
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.fsm.storage.memory import DisabledEventIsolation
from aiogram.methods import AnswerCallbackQuery, EditMessageText, GetUpdates, SendMessage
from aiogram.methods.base import Response
from aiogram.types import MenuButtonCommands

import handlers
import logs
from config import LOCALES, Settings, SettingsError, load_settings
from content import Content, ContentError, load_content
from db import Database, is_away
from fsm import SqlStorage
from ingest import TELEGRAM_PAUSES, Ingest, StoppedByTelegram
from logs import get_logger
from middlewares.person import PersonMiddleware
from middlewares.typing import LeaveTypingMiddleware, TypingMiddleware
from migrations.runner import OutdatedSchema, check, upgrade
from scheduler import Heartbeat
from services import facts
from services.assessments import Assessments
from services.calendar import Calendar
from services.clock import Clock, system_clock
from services.deliveries import Deliveries
from services.home import Home
from services.joining import Door
from services.recommendations import Recommendations
from views import commands
from views.translator import Catalogs, House

log = get_logger("app")

DRAIN_SECONDS = 10
HOT_RESPONSES = (Response[bool], Response[AnswerCallbackQuery], Response[EditMessageText], Response[SendMessage])
