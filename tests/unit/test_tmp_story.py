from sqlalchemy import select
from models import User
async def test_story(stage, reread):
    anna = stage.person(1001, "Анна")
    await anna.starts()
    print(anna.screen, anna.buttons)
    stage.app.settings
    await anna.says("hello")
    print(anna.screen)
    await anna.presses(data="zzz")
    print(anna.toast, anna.screen)
    print(await stage.tick())
