"""Labels of the person: what is remembered, grades, habits, goals, losses, privacy, accounts to log in with."""
# ruff: noqa: E501 - a sentence is not cut in two

from collections.abc import Mapping
from typing import Final

LABELS: Final[Mapping[str, tuple[str, str]]] = {
    # --- me ---
    "me_title": ("나에 대해 아는 것", "What it knows about me"),
    "me_empty": ("아직 기억하는 말씀이 없어요.", "Nothing is remembered yet."),
    "forget": ("지우기", "Forget"),
    "forget_this": ("“{said}” 지우기", "Forget “{said}”"),
    "undo": ("마지막 변경 되돌리기", "Undo the last change"),
    "profile": ("위험 성향", "Risk profile"),
    "max_vol": ("변동성 상한(연)", "Volatility ceiling (yearly)"),
    "max_drawdown": ("견딜 수 있는 최대 손실", "Largest bearable loss"),
    "goals": ("목표", "Goals"),
    "goals_none": ("아직 목표가 없어요.", "No goals yet."),
    "goal": ("목표", "Goal"),
    "horizon": ("기간", "Horizon"),
    "amount": ("금액", "Amount"),
    "monthly": ("매월", "Monthly"),
    "my_data": ("내 데이터", "My data"),
    "export": ("전체 기록 내려받기(JSON)", "Download my whole record (JSON)"),
    "erase": ("모두 지우기", "Erase everything"),
    "erase_hint": (
        "되돌릴 수 없어요. 지우려면 아래에 “{word}”라고 적어 주세요.",
        "This cannot be undone. To erase, type “{word}” below.",
    ),
    "erase_word": ("모두 지우기", "ERASE"),
    "erase_wrong": ("확인 문구가 달라요. 아무것도 지우지 않았어요.", "That is not the word. Nothing was erased."),
    "erased": ("모두 지웠어요.", "Everything was erased."),
    # --- who you are ---
    "risk_scale": ("위험 성향 5단계 중 {step}단계", "Grade {step} of 5 on the scale of risk"),
    "risk_said": ("말씀하신 위험 회피", "Risk aversion you stated"),
    "risk_shown": ("거래가 보여 준 값 (90%)", "What your trades show (90%)"),
    "risk_used": ("쓰고 있는 위험 회피", "Risk aversion in use"),
    "habits": ("매매 습관", "How you trade"),
    "habits_note": (
        "가져온 거래 {count}건에서 읽었어요. 띠는 90% 구간, 세로줄은 보통 투자자예요. 흐린 줄은 아직 판단할 수 없어요.",
        "Read from {count} trades. A band is the 90% interval, the tick an average investor. What is faint cannot be told yet.",
    ),
    "trait_more": (
        "근거 {events}건, 본인 거래 비중 {own}",
        "{events} pieces of evidence; {own} of it rests on your own trades",
    ),
    "goal_chance": ("이룰 확률 (90%)", "Chance of reaching it (90%)"),
    "goal_needed": ("필요한 돈", "needed"),
    "fan_now": ("지금", "now"),
    "fan_years": ("{years}년 뒤", "in {years} y"),
    "fan_middle": ("가운데", "middle"),
    "fan_name": ("{goal}까지 자산이 어떻게 될 수 있는지", "What the money may become until {goal}"),
    "fan_note": (
        "진한 띠에 절반, 옅은 띠에 열에 아홉이 들어가요. 오늘 돈 가치로 적었어요.",
        "Half of the outcomes lie in the dark band, nine in ten in the light one, in today's money.",
    ),
    "unknowns": ("아직 모르는 것", "What is not known yet"),
    # --- how much losses hurt ---
    "bets_title": ("손실이 얼마나 아픈가요?", "How much do losses hurt?"),
    "bets_why": (
        "정답 없는 내기 세 가지에 답하시면 손실이 이익보다 얼마나 더 아픈지 짐작할 수 있어요. 답하지 않으셔도 괜찮아요.",
        "Three bets without a right answer show how much more a loss weighs for you than an equal gain. You need not answer.",
    ),
    "bets_changes": (
        "보통보다 훨씬 아프다면 나쁜 해의 손실을 더 무겁게 셈해 다음 제안부터 더 조심스러워져요. 그렇지 않으면 달라지는 것은 없어요.",
        "If losses weigh clearly more for you than for most people, bad years count for more and the next proposals are more careful; otherwise nothing changes.",
    ),
    "bets_open": ("내기 세 가지 보기", "See the three bets"),
    "bets_again": ("다시 답하기", "Answer again"),
    "bets_now": ("지금 답: {answer}", "As answered: {answer}"),
    "bet": (
        "동전을 던져 앞면이면 {gain} 받고 뒷면이면 {loss} 잃어요. 하시겠어요?",
        "A coin is tossed: heads you win {gain}, tails you lose {loss}. Would you play?",
    ),
    "bet_yes": ("할래요", "Yes"),
    "bet_no": ("안 할래요", "No"),
    "bets_answer": ("답하기", "Answer"),
    # --- where words and figures go ---
    "privacy": ("내 말과 숫자는 어디로 가나요?", "Where do my words and figures go?"),
    "privacy_builtin": ("내장 두뇌", "Built-in mind"),
    "privacy_builtin_more": (
        "아무것도 보내지 않아요. 말씀하신 것과 계산은 모두 이 컴퓨터 안에 있어요.",
        "Sends nothing. All you say and all that is computed stays on this computer.",
    ),
    "privacy_model": ("대형 모델을 켰을 때 (--model openai:이름)", "With a large model (--model openai:NAME)"),
    "privacy_model_more": (
        "지금 하신 말과 최근 대화, 말씀하신 조건과 보유 비중을 OPENAI_BASE_URL의 서버로 보내요. 키, 다른 사람의 기록, 잊어 달라고 하신 말은 보내지 않아요.",
        "Your message, the recent talk, your own limits and weights go to the server of OPENAI_BASE_URL. Keys, other people's records and what you had forgotten are never sent.",
    ),
    "privacy_sources": ("실제 시세와 뉴스를 켰을 때 (--market live)", "With live prices and news (--market live)"),
    "privacy_sources_more": (
        "시세와 뉴스 서버에는 종목 이름만 물어봐요. 얼마나 갖고 있는지, 누구인지는 보내지 않아요.",
        "Servers of prices and news are asked for symbols only; never how much you hold or who you are.",
    ),
    "privacy_off": ("끄는 방법", "How to switch it off"),
    "privacy_off_more": (
        "--model builtin 과 --market demo 로 시작하면 인터넷 없이 돌아가요. 통계나 사용 기록은 어떤 경우에도 보내지 않아요.",
        "Started with --model builtin and --market demo it runs without a network. No statistics are ever sent.",
    ),
    "privacy_erase": ("지우면", "What erasing does"),
    "privacy_erase_more": (
        "내 기록을 여는 열쇠를 없애서 아무도 다시 읽을 수 없어요. 기록의 사슬은 그대로라 남의 기록은 계속 확인돼요.",
        "The key to your record is destroyed, so nobody can read it again. The chain stays whole, so other records still verify.",
    ),
    "privacy_backup": ("백업", "Backups"),
    "privacy_backup_more": (
        "지우기 전에 만든 백업에는 기록이 남아 있어요. 백업 파일은 따로 지워 주세요.",
        "A backup made before you erased still holds the record; delete such files yourself.",
    ),
    # --- accounts ---
    "login_name": ("이름", "Name"),
    "login_password": ("비밀번호", "Password"),
    "login_enter": ("들어가기", "Log in"),
    "login_wrong": ("이름이나 비밀번호가 맞지 않아요.", "Name or password is wrong."),
    "login_locked": (
        "여러 번 틀려 잠시 막았어요. {seconds}초 뒤에 다시 해 주세요.",
        "Too many wrong tries. Please try again in {seconds} seconds.",
    ),
    "logout": ("나가기", "Log out"),
    "help_users": (
        "계정 파일: 사람마다 로그인하고 자기 기록만 봅니다",
        "file of accounts: each person logs in and sees only their own record",
    ),
    "help_origin": (
        "프록시가 이 페이지를 보여 주는 주소 (https://이름), 쉼표로 여러 개",
        "address under which a proxy shows this page (https://name), several by comma",
    ),
    "help_user": (
        "계정을 만들거나 비밀번호를 바꿉니다 (--remove: 없앱니다)",
        "make an account or change its password (--remove: take it away)",
    ),
    "help_user_name": ("계정 이름: 영문 소문자, 숫자, - _", "name of the account: lower-case letters, digits, - _"),
    "help_remove": ("계정을 없앱니다; 기록은 남습니다", "take the account away; its record stays"),
    "ask_password": ("새 비밀번호 (10자 이상): ", "New password (10 characters or more): "),
    "ask_again": ("한 번 더: ", "Once more: "),
    "passwords_differ": ("두 번 적은 것이 달라요. 바뀐 것은 없어요.", "The two differ. Nothing was changed."),
    "user_put": ("{name} 계정을 저장했어요: {path}", "Account {name} is saved: {path}"),
    "user_gone": ("{name} 계정을 없앴어요.", "Account {name} is gone."),
    "risk_change": ("바꾸려면 말씀해 주세요:", "To change it, say so:"),
    "exactly": ("자세한 숫자", "Exact figures"),
    "chance_least": ("1% 미만", "below 1%"),
    # --- automatic trading ---
    "grants_title": ("자동매매", "Automatic trading"),
    "grants_none": (
        "꺼져 있어요. 모든 거래를 먼저 여쭤봐요.",
        "It is off. I ask before every trade.",
    ),
    "grants_how": (
        "정해 두신 범위와 기한 안에서만 맡기실 수 있어요. 예를 들어:",
        "You can let me act, only within a band and until a day you name. For example:",
    ),
    "grant_example": ("금은 8~12% 안에서 3개월만 알아서 해줘", "Keep gold between 8 and 12% by yourself for 3 months"),
    "grant_daily": ("하루에 많아야 {most}", "{most} a day at most"),
    "grant_off": ("지금 끄기", "Turn it off now"),
    "grant_yes": ("네, 이대로 맡길게요", "Yes, exactly this"),
    "grant_no": ("아니요, 매번 물어봐 주세요", "No, keep asking me"),
    "granted": ("허락하신 대로 적어 뒀어요.", "Granted as you said."),
}
